{% import "lib/text.sql" as text %}
{{ text.special_share(value) }}
