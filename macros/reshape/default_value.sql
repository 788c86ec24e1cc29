{% import "lib/text.sql" as text %}
{% if params.blank_too %}
CASE WHEN {{ value }} IS NULL OR {{ text.is_blank(value) }} THEN {{ params.default | literal }} ELSE {{ value }} END
{% else %}
coalesce({{ value }}, {{ params.default | literal }})
{% endif %}
