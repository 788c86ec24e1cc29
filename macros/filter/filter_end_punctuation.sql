{% import "lib/text.sql" as text %}
CASE WHEN NOT {{ text.is_blank(value) }} AND NOT {{ text.ends_complete(value) }}
  THEN 'does not end with punctuation' END
