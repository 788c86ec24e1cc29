{ {%- for column in params.columns %}{{ column | literal }}: {{ refs[column] }}{{ "" if loop.last else ", " }}{% endfor -%} }
