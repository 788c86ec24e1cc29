{% import "lib/rows.sql" as rows %}
{% set number = rows.score(refs[params.column]) if params.column is not none else "1" %}
{% if params.column is none and params.statistic != "count" %}{{ "every statistic but count needs a column" | refuse }}{% endif %}
SELECT "__id", {{ {"count": "count", "sum": "sum", "mean": "avg", "minimum": "min", "maximum": "max", "median": "median"}[params.statistic] }}({{ number }}) OVER (PARTITION BY {{ columns | join(", ") }}) AS {{ params.name | identifier }}
FROM {{ input }}
