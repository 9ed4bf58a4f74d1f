printf '%s' "$DATABASE_CA" > /tmp/ca.crt
PGSSLROOTCERT=/tmp/ca.crt psql "$DATABASE_URL" -Atc 'select current_user'
