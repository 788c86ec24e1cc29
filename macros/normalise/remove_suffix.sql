{% import "lib/text.sql" as text %}
{% set alternatives = params.suffixes | sort(case_sensitive=true, reverse=true) %}
{% if params.regex %}
{% set pattern = alternatives | join("|") | literal %}
{% else %}
{% set escaped %}{% for suffix in alternatives %}{{ "" if loop.first else " || '|' || " }}regexp_escape({{ suffix | literal }}){% endfor %}{% endset %}
{% set pattern = escaped %}
{% endif %}
regexp_replace({{ value }}, {{ (text.any_space ~ "*(?:") | literal }} || {{ pattern }} || {{ ("){1," ~ params.times ~ "}" ~ text.any_space ~ "*$") | literal }}, '', {{ ("i" if params.ignore_case else "c") | literal }})
