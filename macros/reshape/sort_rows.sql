{% for name in params.descending if name not in params.columns %}{{ ("descending names " ~ name ~ ", by which nothing is sorted") | refuse }}{% endfor %}
SELECT *, 0 AS "__ordinal", row_number() OVER (ORDER BY {% for column in columns %}{{ column }} {{ "DESC" if params.columns[loop.index0] in params.descending else "ASC" }} NULLS LAST, {% endfor %}"__id") AS "__order"
FROM {{ input }}
