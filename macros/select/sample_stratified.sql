{% import "lib/rows.sql" as rows %}
{#- Rows stand in line by (place in their stratum - 1/2) / weight, and the first of the line are taken.
    Equal weights serve the strata in turn, the sizes as weights give each its share, and a stratum
    that has no more rows leaves its turns to the others. -#}
{% set weight %}
{% if params.allocation == "equal" %}
1
{%- elif params.allocation == "proportional" %}
count(*) OVER (PARTITION BY {{ columns | join(", ") }})
{%- elif columns | length > 1 %}
{{ "shares are given for the values of one column, not of several" | refuse }}
{%- else %}
CASE
{% for value, share in params.shares.items() %}
  WHEN CAST({{ columns[0] }} AS VARCHAR) = {{ value | literal }} THEN nullif({{ share | literal }}, 0)
{% else %}
  {{ 'allocation "given" needs shares' | refuse }}
{% endfor %}
END
{%- endif %}
{% endset %}
WITH placed AS (
  SELECT
    "__id",
    {{ rows.lot(params.seed) }} AS lot,
    row_number() OVER (PARTITION BY {{ columns | join(", ") }} ORDER BY {{ rows.lot(params.seed) }}, "__id") AS place,
    {{ weight }} AS weight,
    count(*) OVER () AS total
  FROM {{ input }}
), lined_up AS (
  SELECT "__id", weight, total, row_number() OVER (ORDER BY (place - 0.5) / weight NULLS LAST, lot, "__id") AS turn
  FROM placed
)
SELECT "__id", CASE WHEN weight IS NULL THEN 'in a stratum without a share' ELSE 'not in the sample' END AS reason
FROM lined_up
WHERE weight IS NULL OR turn > {{ params.count | literal if params.count is not none else "round(total * " ~ params.share | literal ~ ")" }}
