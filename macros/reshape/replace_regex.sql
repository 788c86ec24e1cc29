regexp_replace({{ value }}, {{ params.pattern | literal }}, {{ params.replacement | literal }}, {{ (("" if params.first_only else "g") ~ ("i" if params.ignore_case else "")) | literal }})
