"""
What `patron score` does, in DuckDB: python score_duckdb.py INPUT [OUT.parquet AS_OF].

Counting orders by grouping twice, first by customer and order, was tried and takes as long.
"""

import sys

import duckdb

SOURCES = {
    "parquet": "read_parquet({path})",
    "csv": "read_csv({path}, types={{'customer_id': 'VARCHAR', 'order_id': 'VARCHAR', 'ordered_at': 'TIMESTAMP', "
    "'amount': 'DECIMAL(12,2)'}})",
}

SCORES = """
COPY (
    WITH customers AS (
        SELECT
            customer_id AS customer,
            min(CAST(ordered_at AS DATE)) FILTER (amount >= 0) AS first_purchase,
            max(CAST(ordered_at AS DATE)) FILTER (amount >= 0) AS last_purchase,
            DATE {as_of} - max(CAST(ordered_at AS DATE)) FILTER (amount >= 0) AS recency,
            DATE {as_of} - min(CAST(ordered_at AS DATE)) FILTER (amount >= 0) AS tenure,
            count(DISTINCT order_id) FILTER (amount >= 0) AS orders,
            count(*) AS lines,
            sum(amount) AS monetary,
            coalesce(sum(amount) FILTER (amount >= 0), 0) AS gross,
            coalesce(sum(amount) FILTER (amount < 0), 0) AS refunds
        FROM {source}
        WHERE customer_id IS NOT NULL AND CAST(ordered_at AS DATE) <= DATE {as_of}
        GROUP BY customer_id
    ),
    cuts AS (
        SELECT
            quantile_disc(-recency, [0.2, 0.4, 0.6, 0.8]) AS r,
            quantile_disc(orders, [0.2, 0.4, 0.6, 0.8]) AS f,
            quantile_disc(monetary, [0.2, 0.4, 0.6, 0.8]) AS m
        FROM customers
    )
    SELECT
        customers.*,
        1 + (-recency > r[1])::INT + (-recency > r[2])::INT + (-recency > r[3])::INT + (-recency > r[4])::INT AS recency_score,
        1 + (orders > f[1])::INT + (orders > f[2])::INT + (orders > f[3])::INT + (orders > f[4])::INT AS frequency_score,
        1 + (monetary > m[1])::INT + (monetary > m[2])::INT + (monetary > m[3])::INT + (monetary > m[4])::INT AS monetary_score,
        ntile(10) OVER best_first AS decile,
        CAST(sum(monetary) OVER (best_first ROWS UNBOUNDED PRECEDING) AS DOUBLE) / CAST(sum(monetary) OVER () AS DOUBLE)
            AS cumulative_share
    FROM customers, cuts
    WINDOW best_first AS (ORDER BY monetary DESC, customer)
    ORDER BY monetary DESC, customer
) TO {out} (FORMAT parquet)
"""

READING = "SELECT max(customer_id), max(order_id), max(ordered_at), sum(amount) FROM {source} WHERE customer_id IS NOT NULL"
"""Decodes the four columns and does next to nothing with them."""


def quoted(text: str) -> str:
    """Return a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def main(path: str, out: str = "", as_of: str = "") -> None:
    """Read the lines and write the scores; without an output, only read."""
    source = SOURCES[path.rpartition(".")[2]].format(path=quoted(path))
    query = SCORES if out else READING
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(query.format(source=source, as_of=quoted(as_of), out=quoted(out)))


if __name__ == "__main__":
    main(*sys.argv[1:])
