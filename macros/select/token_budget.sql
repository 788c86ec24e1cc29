{% import "lib/rows.sql" as rows %}
{% import "lib/text.sql" as text %}
{% set value = refs[params.column] %}
{#- A number is the size itself; of a text it is counted. -#}
{% set size %}
{% if kinds[params.column] in ("integer", "number") %}
greatest({{ rows.score(value) }}, 0)
{%- elif params.unit == "words" %}
{{ text.words("CAST(" ~ value ~ " AS VARCHAR)") }}
{%- else %}
length(CAST({{ value }} AS VARCHAR))
{%- endif %}
{% endset %}
{% set group = refs[params.group] if params.group is not none else "1" %}
{% set budget = {
  "proportional": "sum(size) OVER (PARTITION BY part) / nullif(sum(size) OVER (), 0)",
  "equal": "1 / (SELECT count(DISTINCT part) + max(CAST(part IS NULL AS INTEGER)) FROM sized)",
}[params.allocation] if params.group is not none else "1" %}
WITH sized AS (
  SELECT "__id", {{ group }} AS part,
    CAST(coalesce({{ size }}, 0) AS DOUBLE) AS size,
    row_number() OVER (ORDER BY {{ rows.preferred(refs[params.score] if params.score is not none else none, params.prefer, params.seed) }}) AS place
  FROM {{ input }}
), summed AS (
  SELECT "__id",
    sum(size) OVER (PARTITION BY part ORDER BY place) AS used,
    floor({{ params.maximum | literal }} * {{ budget }}) AS allowed
  FROM sized
)
SELECT "__id", {{ ("beyond the budget" ~ (" of its group" if params.group is not none else "")) | literal }} AS reason
FROM summed
WHERE used > allowed
