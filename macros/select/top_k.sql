{% set score = "try_cast(" ~ refs[params.score] ~ " AS DOUBLE)" %}
{% set order = "CASE WHEN NOT isnan(" ~ score ~ ") THEN " ~ score ~ " END " ~ ("DESC" if params.order == "highest" else "ASC") ~ " NULLS LAST, \"__id\"" %}
SELECT "__id", {{ ("not among the " ~ params.order ~ " " ~ params.k ~ (" of its group" if params.group is not none else "")) | literal }} AS reason
FROM (
  SELECT "__id", row_number() OVER ({{ "PARTITION BY " ~ refs[params.group] ~ " " if params.group is not none else "" }}ORDER BY {{ order }}) AS place
  FROM {{ input }}
)
WHERE place > {{ params.k | literal }}
