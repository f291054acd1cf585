"""
Scores the customers of a file, without the command line.

Prepare the input with: patron demo shop -o orders.parquet
"""

from datetime import date
from pathlib import Path

from patron import to_text
from patron.app import App
from patron.core.scoring import ScoreCommand, score


def main() -> None:
    """Score orders.parquet and print the decile table and the best customers."""
    command = ScoreCommand(
        inputs=(Path("orders.parquet"),),
        customer="customer_id",
        time="ordered_at",
        amount="amount",
        order="order_id",
        as_of=date(2025, 12, 31),
    )
    with App.open().session() as session:
        scores = score(session, command)
    print(f"{scores.run.customers:,} customers, net sales {to_text(scores.run.totals.monetary)}")
    for row in scores.run.groups:
        print(f"decile {row.decile:2d}: {row.customers:,} customers, {row.share or 0:.1%} of sales")
    best = scores.table().select(["customer", "orders", "monetary"]).slice(0, 3)
    for customer in best.to_pylist():
        print(customer["customer"], customer["orders"], customer["monetary"])


if __name__ == "__main__":
    main()
