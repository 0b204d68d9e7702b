// workload is the only program in the cluster's test images. Its arguments are
// steps, done in order:
//
//	out TEXT       writes TEXT as a line to standard output
//	err TEXT       writes TEXT as a line to standard error
//	sleep TIME     waits (2s, 5m)
//	memory MIB     takes that much memory and holds it
//	serve PORT N   answers every HTTP request on PORT with status N from now on
//	get URL        prints the status and the body of an HTTP answer
//	dial ADDRESS   connects to HOST:PORT, or ends with status 1
//	write PATH MIB writes a file of that size, or ends with status 1
//	need NAME      ends with status 1 when the environment has no such variable
//	panic TEXT     ends with a Go panic
//	exit N         ends with status N
//	pause          waits for SIGTERM or SIGINT, then ends with status 0
//
// After the last step it ends with status 0.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const tokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token"

var held [][]byte

func main() {
	args := os.Args[1:]
	next := func() string {
		if len(args) == 0 {
			fail("a step lacks its argument")
		}
		arg := args[0]
		args = args[1:]
		return arg
	}
	for len(args) > 0 {
		switch step := next(); step {
		case "out":
			fmt.Fprintln(os.Stdout, next())
		case "err":
			fmt.Fprintln(os.Stderr, next())
		case "sleep":
			duration, err := time.ParseDuration(next())
			check(err)
			time.Sleep(duration)
		case "memory":
			take(number(next()))
		case "serve":
			serve(next(), number(next()))
		case "get":
			get(next())
		case "dial":
			dial(next())
		case "write":
			write(next(), number(next()))
		case "need":
			need(next())
		case "panic":
			panic(next())
		case "exit":
			os.Exit(number(next()))
		case "pause":
			signals := make(chan os.Signal, 1)
			signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
			<-signals
			os.Exit(0)
		default:
			fail("unknown step: " + step)
		}
	}
}

// take holds mib MiB, each page written so that it counts.
func take(mib int) {
	for range mib {
		block := make([]byte, 1<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		held = append(held, block)
	}
}

func serve(port string, status int) {
	listener, err := net.Listen("tcp", ":"+port)
	check(err)
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		fmt.Fprintln(w, http.StatusText(status))
	}))
}

// get calls the URL, with the pod's service account token where it has one.
func get(url string) {
	request, err := http.NewRequest("GET", url, nil)
	check(err)
	if token, err := os.ReadFile(tokenFile); err == nil && strings.HasPrefix(url, "https:") {
		request.Header.Set("Authorization", "Bearer "+string(token))
	}
	client := http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}},
	}
	response, err := client.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(response.Body)
	fmt.Println(response.Status, string(body))
}

func dial(address string) {
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		fmt.Fprintln(os.Stderr, "FATAL: cannot connect to the database:", err)
		os.Exit(1)
	}
	connection.Close()
}

func write(path string, mib int) {
	file, err := os.Create(path)
	for i := 0; err == nil && i < mib; i++ {
		_, err = file.Write(make([]byte, 1<<20))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "FATAL:", err)
		os.Exit(1)
	}
	file.Close()
}

func need(name string) {
	if _, found := os.LookupEnv(name); !found {
		fmt.Fprintf(os.Stderr, "FATAL: required environment variable %s is not set\n", name)
		os.Exit(1)
	}
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	check(err)
	return n
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, "workload:", message)
	os.Exit(2)
}
