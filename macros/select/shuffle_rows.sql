{% import "lib/rows.sql" as rows %}
SELECT *, 0 AS "__ordinal", {{ rows.lot(params.seed) }} AS "__order"
FROM {{ input }}
