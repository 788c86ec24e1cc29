{% import "lib/text.sql" as text %}
CASE
  {% if params.drop_null %}
  WHEN {{ value }} IS NULL THEN 'missing'
  {% endif %}
  {% if params.drop_blank %}
  WHEN {{ text.is_blank(value) }} THEN 'blank'
  {% endif %}
  WHEN {{ value }} IS NULL THEN NULL
END
