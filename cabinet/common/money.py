"""Sums of money in the database."""

from typing import Any

from django.db.models import DecimalField, Sum


class MoneySum(Sum):
    """The sum of a column of money to the kopeck: SQLite adds in floating point, so whole kopecks are added there."""

    def __init__(self, expression: Any, **extra: Any) -> None:
        super().__init__(expression, output_field=DecimalField(max_digits=20, decimal_places=2), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Adds integers; the one division at the end is exact to fifteen digits."""
        whole = "SUM(CAST(ROUND(%(expressions)s * 100) AS INTEGER)) / 100.0"
        return super().as_sqlite(compiler, connection, template=whole, **context)
