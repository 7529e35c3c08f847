#!/bin/sh
printf 'Content-Type: application/json\r\n\r\n'
printf '{"model": "EX-CAM1", "firmware": "%s", "uptime": %s}\n' \
	"$(cat /etc/camera/version)" "$(cut -d. -f1 /proc/uptime)"
