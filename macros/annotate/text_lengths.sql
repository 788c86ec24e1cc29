{% import "lib/text.sql" as text %}
{% if output == "characters" %}
length({{ value }})
{% else %}
{{ text.words(value) }}
{% endif %}
