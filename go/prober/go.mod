module hardway/prober

go 1.24.0
