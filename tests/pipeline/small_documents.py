"""A raw/ of three small documents, enough for a row in every table."""

from __future__ import annotations

from builders import RawFolder, document, row

CAPEX = row()
CLOUD = row(
    metric="cloud_revenue", definition="alibaba_cloud_segment", value="26,549", segment="Cloud Intelligence Group"
)
SHIPMENTS = {
    "entity": "nvidia", "metric": "gpu_units", "supplier": "nvidia", "product": "h20", "flow": "shipped",
    "period": "CY2024", "value": "more than 1 million", "unit": "units", "claimant": "Example Research", "status": "estimate",
}  # fmt: skip


def fill(raw: RawFolder) -> RawFolder:
    """Writes the three documents."""
    raw.yaml("results.yaml", [CAPEX], document(document_id="results"))
    raw.yaml("cloud.yaml", [CLOUD], document(document_id="cloud", title="Cloud results"))
    raw.yaml(
        "shipments.yaml",
        [SHIPMENTS],
        document(document_id="shipments", kind="estimate", source_type="estimate", title="Shipments"),
    )
    return raw
