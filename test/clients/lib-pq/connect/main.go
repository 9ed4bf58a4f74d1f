package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/lib/pq"
)

func main() {
	uri, err := os.ReadFile("/bindings/spike/uri")
	if err != nil {
		log.Fatal(err)
	}
	database, err := sql.Open("postgres", string(uri))
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
