"""
An example car dealership, written as the files that its assistant would have: leads from nine sources, contacts, orders of three
years, campaigns and what they cost, made up but skewed as real ones are.

`plan` says how large; `house` what is fixed; `people`, `leads`, `contacts`, `orders` and `marketing` draw; `forms`, `tables` and
`files` write; `steps` names the commands that bring the files into a database.
"""
