"""Table products: AI accelerators by the names under which they are counted.

Reviewed products from reference data belong here; counts belong to gpu_shipments and gpu_estimates.
"""

from capex_pipeline.schemas.base import Flag, Table, Text, column


class Products(Table, group="normalised", grain="product", key=["product"], foreign_keys={"supplier_id": "entities"}):
    """AI accelerators: supplier, family, and which counts contain others."""

    product: Text = column("Stable id.")
    product_name: Text = column("Name as the supplier writes it.")
    supplier_id: Text = column("Supplier; see table entities.")
    product_family: Text = column("Family.")
    is_combined: Flag = column("True where the count contains other products. Do not add it to them.")
    contains: Text = column(
        "Products that a combined count contains, joined by |; null for a single chip.", optional=True
    )
    aliases: Text = column("Other names in documents, joined by |.", optional=True)
    note: Text = column("What a reader must know about the count.", optional=True)
