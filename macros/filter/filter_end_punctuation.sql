{% import "lib/text.sql" as text %}
CASE WHEN NOT {{ text.is_blank(value) }}
    AND NOT regexp_matches({{ value }}, {{ ("(?:[" ~ text.sentence_end ~ "][" ~ text.closing ~ "]*|[\\p{Thai}\\p{Lao}]|```)" ~ text.any_space ~ "*$") | literal }})
  THEN 'does not end with punctuation' END
