{% import "lib/rows.sql" as rows %}
{% set score = rows.score(refs[params.column]) %}
{% set bounds %}
{% if params.minimum is none and params.maximum is none %}{{ "give a minimum, a maximum or both" | refuse }}{% endif %}
{% if params.by == "value" %}
{{ "score < " ~ params.minimum | literal if params.minimum is not none else "false" }} OR {{ "score > " ~ params.maximum | literal if params.maximum is not none else "false" }}
{%- elif params.by == "rank" %}
{{ "place < " ~ params.minimum | literal if params.minimum is not none else "false" }} OR {{ "place > " ~ params.maximum | literal if params.maximum is not none else "false" }}
{%- else %}
{{ "place * 100 <= total * " ~ params.minimum | literal if params.minimum is not none else "false" }} OR {{ "place * 100 > total * " ~ params.maximum | literal if params.maximum is not none else "false" }}
{%- endif %}
{% endset %}
{#- A missing score has no place. -#}
WITH scored AS (
  SELECT "__id", {{ score }} AS score FROM {{ input }}
), ranked AS (
  SELECT
    "__id", score,
    row_number() OVER (ORDER BY score {{ "DESC" if params.first == "highest" else "ASC" }} NULLS LAST, "__id") AS place,
    count(score) OVER () AS total
  FROM scored
)
SELECT "__id", CASE WHEN score IS NULL THEN {{ ("no number in " ~ params.column) | literal }} ELSE {{ ("outside the range of " ~ params.column) | literal }} END AS reason
FROM ranked
WHERE {{ "score IS NULL" if params.nulls == "drop" else "false" }} OR (score IS NOT NULL AND ({{ bounds }}))
