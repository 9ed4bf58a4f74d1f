// Connects as the matrix asks: ways <uri | uri-without-ca | keys> <mounted | environment>
package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/lib/pq"
)

func value(key, variable string) string {
	if os.Args[2] == "environment" {
		return os.Getenv(variable)
	}
	content, err := os.ReadFile("/bindings/spike/" + key)
	if err != nil {
		log.Fatal(err)
	}
	return string(content)
}

func main() {
	form := os.Args[1]
	text := "postgresql://?sslmode=verify-full"
	if form == "keys" {
		os.Setenv("PGHOST", value("host", "PGHOST"))
		os.Setenv("PGPORT", value("port", "PGPORT"))
		os.Setenv("PGDATABASE", value("database", "PGDATABASE"))
		os.Setenv("PGUSER", value("username", "PGUSER"))
		os.Setenv("PGPASSWORD", value("password", "PGPASSWORD"))
	} else {
		text = value(form, "DATABASE_URL")
	}
	if form != "uri" {
		if err := os.WriteFile("/tmp/ca.crt", []byte(value("ca.crt", "DATABASE_CA")), 0o600); err != nil {
			log.Fatal(err)
		}
		text += "&sslrootcert=/tmp/ca.crt"
	}
	database, err := sql.Open("postgres", text)
	if err != nil {
		log.Fatal(err)
	}
	defer database.Close()

	var user string
	if err := database.QueryRow("select current_user").Scan(&user); err != nil {
		log.Fatal(err)
	}
	fmt.Println(user)
}
