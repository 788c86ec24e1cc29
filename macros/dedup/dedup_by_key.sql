{% import "lib/text.sql" as text %}
{% macro as_text(column) -%}
CAST({{ refs[column] }} AS VARCHAR)
{%- endmacro %}
{#- A value that is no number ("nan") counts as missing; text and dates are ordered as they are. -#}
{% macro preferred(column, which) -%}
CASE WHEN {{ as_text(column) }} <> 'nan' THEN {{ refs[column] }} END {{ "DESC" if which == "highest" else "ASC" }} NULLS LAST
{%- endmacro %}
WITH ranked AS (
  SELECT "__id", first_value("__id") OVER (
    PARTITION BY {% for column in params.columns %}{{ as_text(column) }}{{ "" if loop.last else ", " }}{% endfor %}

    ORDER BY {% for column, which in params.prefer.items() %}{{ preferred(column, which) }}, {% endfor %}"__id"
  ) AS survivor
  FROM {{ input }}
  WHERE {% for column in params.columns %}NOT ({{ text.is_blank(as_text(column)) }}){{ "" if loop.last else " AND " }}{% endfor %}

)
SELECT "__id", 'same key' AS reason, 'of row ' || survivor AS detail
FROM ranked
WHERE "__id" <> survivor
