// Connects as the matrix asks: ways <uri | uri-without-ca | keys> <mounted | environment>
package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"log"
	"os"

	"github.com/jackc/pgx/v5"
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
	text := ""
	if form == "keys" {
		os.Setenv("PGHOST", value("host", "PGHOST"))
		os.Setenv("PGPORT", value("port", "PGPORT"))
		os.Setenv("PGDATABASE", value("database", "PGDATABASE"))
		os.Setenv("PGUSER", value("username", "PGUSER"))
		os.Setenv("PGPASSWORD", value("password", "PGPASSWORD"))
		os.Setenv("PGSSLMODE", value("sslmode", "PGSSLMODE"))
	} else {
		text = value(form, "DATABASE_URL")
	}
	config, err := pgx.ParseConfig(text)
	if err != nil {
		log.Fatal(err)
	}
	if form != "uri" {
		config.TLSConfig.RootCAs = x509.NewCertPool()
		config.TLSConfig.RootCAs.AppendCertsFromPEM([]byte(value("ca.crt", "DATABASE_CA")))
	}
	connection, err := pgx.ConnectConfig(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close(context.Background())

	var user string
	if err := connection.QueryRow(context.Background(), "select current_user").Scan(&user); err != nil {
		log.Fatal(err)
	}
	fmt.Println(user)
}
