{% for number in range(params.pattern | groups + 1, 10) if "\\" ~ number in params.replacement.replace("\\\\", "") %}
{{ ("the pattern has no group " ~ number) | refuse }}
{% endfor %}
regexp_replace({{ value }}, {{ params.pattern | literal }}, {{ params.replacement | literal }}, {{ (("" if params.first_only else "g") ~ ("i" if params.ignore_case else "")) | literal }})
