package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/lib/pq"
)

func main() {
	if err := os.WriteFile("/tmp/ca.crt", []byte(os.Getenv("DATABASE_CA")), 0o600); err != nil {
		log.Fatal(err)
	}
	database, err := sql.Open("postgres", os.Getenv("DATABASE_URL")+"&sslrootcert=/tmp/ca.crt")
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
