# Connects as the matrix asks: ways.sh <uri | uri-without-ca | keys> <mounted | environment>
form=$1 place=$2
if [ "$place" = mounted ]; then
  value() { cat "/bindings/spike/$1"; }
  ca=/bindings/spike/ca.crt
else
  value() { printf '%s' "$DATABASE_URL"; }
  ca=/tmp/ca.crt
  printf '%s' "$DATABASE_CA" >$ca
fi
case $form in
  uri) psql "$(value uri)" -Atc 'select current_user' ;;
  uri-without-ca) PGSSLROOTCERT=$ca psql "$(value uri-without-ca)" -Atc 'select current_user' ;;
  keys)
    if [ "$place" = mounted ]; then
      export PGHOST=$(value host) PGPORT=$(value port) PGDATABASE=$(value database) PGUSER=$(value username)
      export PGPASSWORD=$(value password) PGSSLMODE=$(value sslmode)
    fi
    PGSSLROOTCERT=$ca psql -Atc 'select current_user' ;;
esac
