package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/jackc/pgx/v5"
)

func main() {
	uri, err := os.ReadFile("/bindings/spike/uri")
	if err != nil {
		log.Fatal(err)
	}
	connection, err := pgx.Connect(context.Background(), string(uri))
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
