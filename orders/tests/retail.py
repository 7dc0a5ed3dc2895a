"""Small files in the shape of the real retail file."""

from pathlib import Path

COLUMNS = {
    "InvoiceNo": "invoice",
    "StockCode": "stock",
    "Description": "title",
    "Quantity": "quantity",
    "InvoiceDate": "at",
    "UnitPrice": "price",
    "CustomerID": "customer",
    "Country": "country",
}
USUAL = {
    "invoice": "536365",
    "stock": "85123A",
    "title": "WHITE LANTERN",
    "quantity": "6",
    "at": "12/1/10 8:26",
    "price": "2.55",
    "customer": "17850.0",
    "country": "United Kingdom",
}


def retail_file(folder: Path, *rows: str, name: str = "retail.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((",".join(COLUMNS), *rows)) + "\n", encoding="utf-8")
    return path


def row(invoice: str = "536365", **changes: str) -> str:
    """The usual row with some fields changed."""
    return ",".join((USUAL | {"invoice": invoice} | changes).values())
