#!/usr/bin/with-contenv bashio
# shellcheck shell=bash
# From the add-on's options to `v2x watch`; with a token, the page is served beside it.
set -euo pipefail
scenario=$(bashio::config scenario)
arguments=("$scenario" -o /share/v2x-plan.json --mqtt "$(bashio::services mqtt host):$(bashio::services mqtt port)")
user=$(bashio::services mqtt username)
[ -z "$user" ] || arguments+=(--mqtt-user "$user")
V2X_MQTT_PASSWORD=$(bashio::services mqtt password)
export V2X_MQTT_PASSWORD
# States of entities: ev1=http://supervisor/core/api/states/sensor.car_battery#state
export V2X_STATE_TOKEN="$SUPERVISOR_TOKEN"
while IFS= read -r state; do
    [ -z "$state" ] || arguments+=(--state "$state")
done < <(bashio::config state)
if bashio::config.has_value token; then
    V2X_TOKEN=$(bashio::config token) v2x serve "$scenario" --host 0.0.0.0 &
fi
exec v2x watch "${arguments[@]}"
