/* A C program that uses libv2x as an embedding program does: built with -std=c99 -Wall -Wextra -Werror, run by CProgramTests and by
 * scripts/library. It prints one line for each thing that it did, and "done"; where something is not as the header says, it
 * prints that and ends with 1. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "v2x.h"

static const char *const night =
    "name: a night\n"
    "horizon: { start: 2024-01-15T18:00, end: 2024-01-16T06:00, step: 1h, timezone: Europe/Amsterdam }\n"
    "tariff: { import: { values: [0.4, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.4, 0.4], step: 1h }, export: 0.15 }\n"
    "vehicles:\n"
    "  - id: ev1\n"
    "    battery: { capacity_kwh: 60, soc_start: 0.5, soc_end: 0.7, ageing: none }\n"
    "    charger: { charge_kw: 11, discharge_kw: 10, charge_efficiency: 0.95, discharge_efficiency: 0.95 }\n"
    "    plugged: [{ from: 2024-01-15T18:00, to: 2024-01-16T06:00, departure_soc: 0.7 }]\n";

static void expect(int holds, const char *what, const char *text)
{
    if (holds) return;
    printf("not as expected: %s\n%s\n", what, text ? text : "(no text)");
    exit(1);
}

/* The number behind a key of an answer. */
static double number(const char *json, const char *key)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"%s\":", key);
    const char *place = strstr(json, wanted);
    expect(place != NULL, key, json);
    return place ? atof(place + strlen(wanted)) : 0;
}

static double objective(v2x_scenario *scenario, const char *options)
{
    char *text = NULL;
    int status = v2x_ask(scenario, "schedule", options, &text);
    expect(status == V2X_OK, "a schedule", text);
    double value = number(text, "objective");
    v2x_free(text);
    return value;
}

struct share { v2x_scenario *scenario; double wanted; int differing; };

static void *ask_often(void *context)
{
    struct share *share = context;
    for (int turn = 0; turn < 20; turn++)
        if (objective(share->scenario, NULL) != share->wanted) share->differing++;
    return NULL;
}

int main(void)
{
    expect(v2x_abi() == V2X_ABI, "the version of the interface", NULL);
    printf("version %s\n", v2x_version());

    /* A scenario, its report, and a schedule both ways. */
    v2x_scenario *home = NULL;
    char *text = NULL;
    int status = v2x_scenario_open(night, NULL, &home, &text);
    expect(status == V2X_OK && home != NULL && strstr(text, "\"time_zone\":\"Europe/Amsterdam\""), "a report", text);
    v2x_free(text);
    double both = objective(home, NULL), one = objective(home, "{\"mode\": \"v1x\"}");
    expect(both < one, "discharging pays in this night", NULL);
    printf("v2x %.6f v1x %.6f\n", both, one);

    /* The same with another price, without reading the text again; the first one stays as it is. */
    v2x_scenario *dearer = NULL;
    status = v2x_scenario_change(home, "{\"changes\": [[\"tariff.export\", \"0.05\"]]}", &dearer, NULL);
    expect(status == V2X_OK && dearer != NULL, "a changed scenario", NULL);
    expect(objective(dearer, NULL) > both && objective(home, NULL) == both, "a worse price to sell at costs", NULL);
    v2x_scenario_close(dearer);
    printf("changed\n");

    /* What is wrong, with its place. */
    v2x_scenario *wrong = home;
    status = v2x_scenario_open("vehicles: [{ batery: 3 }]", "{\"name\": \"typo.yaml\"}", &wrong, &text);
    expect(status == V2X_INPUT && wrong == NULL, "an input that is wrong", text);
    expect(strstr(text, "\"findings\":[{") && strstr(text, "\"line\":1") && strstr(text, "typo.yaml"), "findings", text);
    v2x_free(text);
    status = v2x_ask(home, "schedule", "{\"mod\": \"v1x\"}", &text);
    expect(status == V2X_USAGE && strstr(text, "no option mod"), "an option that is not known", text);
    v2x_free(text);
    status = v2x_ask(NULL, "schedule", NULL, &text);
    expect(status == V2X_USAGE, "no scenario", text);
    v2x_free(text);
    printf("failures\n");

    /* A question that is not waited for, and one that is cancelled. */
    v2x_task *task = v2x_task_start(home, "compare", NULL);
    while (!v2x_task_wait(task, 0.05)) {}
    expect(v2x_task_progress(task) == 1, "progress", NULL);
    status = v2x_task_answer(task, &text);
    expect(status == V2X_OK && strstr(text, "\"immediate\""), "a comparison", text);
    v2x_free(text);
    v2x_task_release(task);
    task = v2x_task_start(home, "simulate", NULL);
    v2x_task_cancel(task);
    status = v2x_task_answer(task, &text);
    /* It may have been done before it was cancelled. */
    expect(status == V2X_CANCELLED || status == V2X_OK, "a cancelled task", text);
    v2x_free(text);
    v2x_task_release(task);
    printf("tasks\n");

    /* Many threads on one scenario. */
    pthread_t threads[4];
    struct share shares[4];
    for (int i = 0; i < 4; i++) {
        shares[i] = (struct share){ home, both, 0 };
        if (pthread_create(&threads[i], NULL, ask_often, &shares[i])) return 1;
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        expect(shares[i].differing == 0, "threads have the same answer", NULL);
    }
    v2x_scenario_close(home);
    printf("threads\n");

    /* A sweep, row by row. */
    static const char *const axes =
        "axes: [{ path: \"vehicles[0].battery.soc_start\", values: [0.3, 0.4, 0.5] }, { modes: [v2x, v1x] }]";
    char options[2048] = "{\"base\": \"";
    size_t length = strlen(options);
    for (const char *from = night; *from; from++) {
        if (*from == '\n') { options[length++] = '\\'; options[length++] = 'n'; }
        else options[length++] = *from;
    }
    strcpy(options + length, "\"}");
    v2x_sweep *sweep = NULL;
    status = v2x_sweep_open(axes, options, &sweep, &text);
    expect(status == V2X_OK && number(text, "count") == 6, "a sweep", text);
    v2x_free(text);
    for (int finished = 0; !finished;) {
        status = v2x_sweep_next(sweep, 1, &text);
        expect(status == V2X_OK, "rows", text);
        finished = strstr(text, "\"is_finished\":true") != NULL;
        if (finished) expect(number(text, "done") == 6, "all rows", text);
        v2x_free(text);
    }
    v2x_sweep_close(sweep);
    printf("sweep\n");

    v2x_scenario_close(NULL);
    v2x_task_release(NULL);
    v2x_sweep_close(NULL);
    v2x_free(NULL);
    printf("done\n");
    return 0;
}
