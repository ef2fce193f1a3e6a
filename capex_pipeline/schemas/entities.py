"""Table entities: the companies and groups that numbers are about.

Names, fiscal calendars, currencies and members come from reference data. Numbers belong to other tables.
"""

from capex_pipeline.schemas import vocabulary
from capex_pipeline.schemas.base import Count, Flag, Table, Text, column


class Entities(Table, group="normalised", grain="company or group", key=["entity_id"]):
    """Companies and groups of companies."""

    entity_id: Text = column("Stable id.")
    entity_name: Text = column("Name.")
    entity_type: Text = column("company or group.", isin=vocabulary.ENTITY_TYPES)
    is_aggregate: Flag = column("True for groups.")
    country: Text = column("Country of the headquarters, ISO 3166.", optional=True, str_matches=r"^[A-Z]{2}$")
    currency: Text = column("Reporting currency, ISO 4217.", optional=True, str_matches=r"^[A-Z]{3}$")
    cik: Count = column("SEC central index key.", optional=True)
    is_private: Flag = column("True for a company that publishes no accounts.")
    fiscal_year_end: Text = column("Last day of the fiscal year, in words.", optional=True)
    members: Text = column("Members of a group, joined by |.", optional=True)
    aliases: Text = column("Other names in documents, joined by |.", optional=True)
    note: Text = column("Remark.", optional=True)
