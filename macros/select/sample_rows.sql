{% import "lib/rows.sql" as rows %}
{% if params.count is not none %}
SELECT "__id", 'not in the sample' AS reason
FROM (SELECT "__id", row_number() OVER (ORDER BY {{ rows.lot(params.seed) }}, "__id") AS place FROM {{ input }})
WHERE place > {{ params.count | literal }}
{% else %}
SELECT "__id", 'not in the sample' AS reason
FROM {{ input }}
WHERE {{ rows.lot(params.seed) }} / 18446744073709551616.0 >= {{ params.share | literal }}
{% endif %}
