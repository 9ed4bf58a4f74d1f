package main

import (
	"database/sql"
	"fmt"
	"log"
	"net/url"
	"os"

	_ "github.com/lib/pq"
)

func main() {
	// With sslinline, sslrootcert is the certificate itself.
	inline := url.Values{"sslinline": {"true"}, "sslrootcert": {os.Getenv("DATABASE_CA")}}
	database, err := sql.Open("postgres", os.Getenv("DATABASE_URL")+"&"+inline.Encode())
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
