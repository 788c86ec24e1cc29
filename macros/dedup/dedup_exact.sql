{% import "lib/text.sql" as text %}
{#- What of a column is compared; null where it holds nothing. -#}
{% set compared %}
{% if params.compare == "case_space" %}
nullif({{ text.trimmed("regexp_replace(lower(part), " ~ (text.any_space ~ "+") | literal ~ ", ' ', 'g')") }}, '')
{%- elif params.compare == "letters" %}
nullif(regexp_replace(lower(part), '[^\p{L}\p{M}\p{N}]+', '', 'g'), '')
{%- else %}
CASE WHEN {{ text.is_blank("part") }} THEN NULL ELSE part END
{%- endif %}
{% endset %}
{% set score = "try_cast(" ~ refs[params.score] ~ " AS DOUBLE)" if params.score is not none else "NULL::DOUBLE" %}
WITH written AS (
{% if params.columns is none %}
  SELECT "__id", score, list_value(*COLUMNS(* EXCLUDE ("__id", score))) AS parts
  FROM (
    SELECT "__id", {{ score }} AS score, CAST(COLUMNS(* EXCLUDE ("__id", "__source")) AS VARCHAR)
    FROM {{ input }}
  )
{% else %}
  SELECT "__id", {{ score }} AS score, [{% for column in params.columns %}CAST({{ refs[column] }} AS VARCHAR){{ "" if loop.last else ", " }}{% endfor %}] AS parts
  FROM {{ input }}
{% endif %}
), judged AS (
  SELECT "__id", CASE WHEN NOT isnan(score) THEN score END AS score, list_transform(parts, lambda part: {{ compared }}) AS parts
  FROM written
), keyed AS (
  SELECT "__id", score, md5_number(array_to_string(list_transform(parts, lambda part: {{ text.key_part("part") }}), ',')) AS key
  FROM judged
  WHERE len(list_filter(parts, lambda part: part IS NOT NULL)) > 0
), ranked AS (
  SELECT "__id", first_value("__id") OVER best AS survivor
  FROM keyed
  WINDOW best AS (PARTITION BY key ORDER BY score {{ "DESC" if params.prefer == "highest" else "ASC" }} NULLS LAST, "__id")
)
SELECT "__id", 'exact duplicate' AS reason, 'of row ' || survivor AS detail
FROM ranked
WHERE "__id" <> survivor
