module hardway/pause

go 1.24.0
