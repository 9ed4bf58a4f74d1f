psql "$(cat /bindings/spike/uri)" -Atc 'select current_user'
