"""The data extensions without personal data: products, stores, settings, and an empty one.

What stands here must survive any redaction: product names that look like people's, store addresses of the business.
"""

from __future__ import annotations

from typing import Final

from .ids import choose, roll
from .table import Field, Row, Table

PRODUCTS: Final = (
    "Paris Tote",
    "Jordan Slide",
    "Virginia Linen Shirt",
    "Grant Desk Lamp",
    "Rose Body Butter",
    "Summer Breeze Candle",
    "Chase Running Short",
    "Madison Armchair",
    "Austin Boot",
    "Florence Serving Bowl",
)
SETTINGS: Final = (
    ("brand.primary_colour", "#1A73E8"),
    ("brand.secondary_colour", "#fbbc04"),
    ("send.default_shortcode", "90210"),
    ("send.throttle_window", "08:00-20:00"),
    ("template.version", "5.0.2.1"),
    ("subject.default", "%%FirstName%%, 50%% off this week"),
    ("footer.business", "%%Member_Busname%% %%Member_Addr%% %%Member_City%%"),
    ("bounce.codes", "5.1.1;5.2.2;4.4.1;550"),
    ("sql.nightly", "SELECT s.SubscriberKey FROM ENT._Subscribers s WHERE s.Status = 'active'"),
    ("timezone", "Central Standard Time (No Daylight Savings)"),
)


def catalogue_tables(seed: int) -> list[Table]:
    return [_skus(seed), _stores(seed), _settings(), _products(seed), _empty()]


def _skus(seed: int) -> Table:
    fields = (
        Field("SKU", is_key=True),
        Field("ProductName"),
        Field("Price", "Decimal"),
        Field("Colour", length=7),
        Field("EAN", length=13),
        Field("InStock", "Boolean"),
    )

    def row(i: int) -> Row:
        colour = f"#{roll(seed, 'colour', i, 0xFFFFFF):06x}"
        name = f"{PRODUCTS[i % len(PRODUCTS)]} {i // len(PRODUCTS) + 1}"
        ean = f"200{roll(seed, 'ean', i, 10**9):09d}0"
        return (f"SKU-{1000 + i}", name, f"{9 + i % 90}.95", colour, ean, str(i % 7 != 0))

    return Table("SKU_Catalog", "SKU_Catalog", fields, 400, row, shared=True)


def _stores(seed: int) -> Table:
    fields = (
        Field("StoreID", is_key=True),
        Field("StoreName"),
        Field("Format"),
        Field("OpeningHours"),
        Field("Latitude", "Decimal"),
        Field("Longitude", "Decimal"),
    )

    def row(i: int) -> Row:
        kind = choose(seed, "format", i, ("Flagship", "Outlet", "Pop-up"))
        latitude = f"{roll(seed, 'lat', i, 9_000_000) / 100_000:.5f}"
        longitude = f"-{roll(seed, 'lon', i, 9_000_000) / 100_000:.5f}"
        return (f"ST{i + 1:03d}", f"Store {i + 1:03d}", kind, "Mo-Sa 09:00-20:00", latitude, longitude)

    return Table("Store_Locations", "Store_Locations", fields, 60, row, shared=True)


def _settings() -> Table:
    fields = (Field("ConfigKey", is_key=True), Field("ConfigValue", length=4000), Field("Updated", "Date"))

    def row(i: int) -> Row:
        if i < len(SETTINGS):
            return (*SETTINGS[i], "2026-04-02T09:30:00")
        return (f"feature.flag_{i:02d}", str(i % 2 == 0), "2026-04-02T09:30:00")

    return Table("Config_Lookup", "Config_Lookup", fields, 40, row, shared=True)


def _products(seed: int) -> Table:
    fields = (Field("ProductId", is_key=True), Field("Name"), Field("Description", length=500))

    def row(i: int) -> Row:
        text = choose(seed, "blurb", i, ("Cotton, machine wash", "Solid oak", "Vegan leather", "Limited edition"))
        return (f"PRD{i + 1:04d}", f"{PRODUCTS[i % len(PRODUCTS)]} Mk {i // len(PRODUCTS) + 1}", text)

    return Table("Product_Names", "Product_Names", fields, 50, row, description="Name holds products, not people")


def _empty() -> Table:
    fields = (Field("SubscriberKey", is_key=True), Field("EmailAddress", "EmailAddress"), Field("Reason"))
    return Table("Suppression_Staging", "Suppression_Staging", fields, 0, lambda _: ())
