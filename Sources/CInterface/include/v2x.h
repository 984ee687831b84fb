/*
 * v2x: optimal charge schedules for vehicle-to-anything, as a C library.
 *
 *     v2x_scenario *night = NULL;
 *     char *text = NULL;
 *     if (v2x_scenario_open(NULL, "{\"path\": \"night.yaml\"}", &night, &text) == V2X_OK) {
 *         v2x_free(text);
 *         if (v2x_ask(night, "schedule", "{\"mode\": \"v1x\"}", &text) == V2X_OK) puts(text);
 *     }
 *     v2x_free(text);
 *     v2x_scenario_close(night);
 *
 * Scenarios are YAML or JSON text; options and answers are JSON. Powers are in kW at the AC side, energy in kWh, money in the
 * scenario's currency. What a scenario may say, and what stands in an answer, is that of the command line: see ScenarioKeys.md
 * and Commands.md in the documentation of the module Scenarios.
 *
 * TEXTS. All texts are UTF-8 and end with a zero byte. A text that comes out of a `char **` is the caller's: give it back with
 * v2x_free, never with free. Each call with a `char **` sets it, to a text or to NULL, whatever it returns. The caller may pass
 * NULL there and does without the text.
 *
 * FAILURES. A function that returns `int` as its status gives V2X_OK or another v2x_status. Where it is not V2X_OK, the text is
 *
 *     {"error": "input", "message": "night.yaml:14:7: vehicles[0]...", "findings": [
 *         {"severity": "error", "file": "night.yaml", "line": 14, "column": 7, "key": "vehicles[0].battery.capacity_kwh",
 *          "message": "must be > 0 kWh, got -40"}]}
 *
 * "findings" is there only with V2X_INPUT and holds every finding; "line" and "column" are absent where they are not known. Options
 * that are not known are failures (V2X_USAGE), so that a slip is not taken for silence.
 *
 * THREADS. Every function may be called from any thread, and any number of calls may run at a time, on the same scenario too.
 * The library solves on threads of its own, as many as the machine has cores, with deep stacks: a caller's thread needs none. What
 * is asked while all are busy waits its turn. A sweep has threads beside these. The library never calls the caller back, and
 * installs no signal handler. After fork() the child must not call the library if its parent has: its threads are not in the child.
 * Do not close, release or free a thing while another thread uses it, and do not do so twice.
 *
 * WHAT IS KEPT. A v2x_scenario holds the parsed text, the checked scenario, the prices of its batteries' ageing, and each price
 * file that it read: questions read nothing again, and a change (v2x_scenario_change) checks anew but reads only files that are
 * new. A file that changes meanwhile is not seen: open the scenario again. No solution is kept: each question solves afresh, which
 * takes milliseconds for a night, so that answers do not depend on what was asked before.
 */
#ifndef V2X_H
#define V2X_H

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. It changes where a caller must change too; new functions and options leave it. */
#define V2X_ABI 1

enum v2x_status {
    V2X_OK = 0,
    V2X_INPUT = 1,       /* the scenario or sweep is wrong or cannot be read; see "findings" */
    V2X_NO_SCHEDULE = 2, /* no schedule keeps the hard limits; the message names the limit, the time and the amount */
    V2X_LIMIT = 3,       /* a limit of the search was reached before there was a schedule */
    V2X_QUESTION = 4,    /* the question makes no sense for this scenario */
    V2X_SOLVER = 5,      /* the solver failed */
    V2X_CANCELLED = 6,   /* the caller cancelled */
    V2X_USAGE = 7        /* a NULL, a text that is not UTF-8, an option or question that is not known */
};

typedef struct v2x_scenario v2x_scenario; /* a checked scenario */
typedef struct v2x_task v2x_task;         /* a question that is being answered */
typedef struct v2x_sweep v2x_sweep;       /* many scenarios: a base and axes */

/* V2X_ABI of the library that is loaded: compare it with the one that was compiled in. */
int v2x_abi(void);

/* The program's version, such as "0.1.0". Not to be freed. */
const char *v2x_version(void);

/* Gives back a text of this library. NULL does nothing. */
void v2x_free(char *text);

/* ---- Scenarios ---- */

/*
 * Reads and checks a scenario.
 *
 * text     YAML or JSON; NULL where options name a path.
 * options  NULL or {
 *     "path": "night.yaml",       the file, in place of text; paths in it start from its folder
 *     "name": "night",            what text is called in findings ("<text>")
 *     "directory": "data",        where paths in text start from (the current folder)
 *     "changes": [["tariff.export", "0.1"], ["vehicles[ev1].battery", "{ capacity_kwh: 60 }"]],
 *                                 keys and what is put there, as YAML or JSON text, in this order
 *     "now": "2026-11-27T18:03+01:00",   what horizon.start: now means (the system's clock)
 *     "reads_files": false,       whether it may read files at all (true)
 *     "only_folder": "data" }     the one folder whose files it may read (any)
 * scenario Set to the scenario, or to NULL where the status is not V2X_OK.
 * report   {"name", "currency", "time_zone", "start", "end", "step_seconds", "steps", "vehicles": ["ev1"], "batteries": [],
 *           "loads": [], "digest", "warnings": [findings]}
 *
 * Checking takes no solver and cannot be cancelled; a year of prices takes some 0.1 s.
 */
int v2x_scenario_open(const char *text, const char *options, v2x_scenario **scenario, char **report);

/*
 * The same scenario with changes: {"changes": [...], "now": "..."}. The given one stays as it is. Neither text nor files are read
 * again.
 */
int v2x_scenario_change(v2x_scenario *scenario, const char *options, v2x_scenario **changed, char **report);

/* Gives up a scenario. Tasks about it go on. NULL does nothing. */
void v2x_scenario_close(v2x_scenario *scenario);

/* ---- Questions ---- */

/*
 * Answers a question, and waits for it.
 *
 * question "schedule", "compare", "marginal", "offer", "value", "explain" or "simulate".
 * options  NULL or {
 *     "seconds": 10,              most seconds of all that is solved; not said: solver.time_limit of the scenario for each program
 *     "threads": 1,               threads of one solve (as many as there are cores)
 *     "solver": "auto",           or "direct", "decomposition"; the optimum is the same
 *   of schedule, marginal and explain:
 *     "mode": "v2x",              or "v1x"; of schedule also the rules "immediate" and "deferred"
 *   of schedule:
 *     "shows_seconds": true,      whether solver.seconds is measured (false: it is 0, and answers are the same each time)
 *   of offer:
 *     "unit_seconds": 900,        length of a market time unit (15 minutes, or a longer step)
 *     "floor": -0.5, "cap": 4,    lowest and highest price, money per kWh
 *     "max_points": 200,         of an offer
 *   of simulate:
 *     "horizon_hours": 36, "commit_hours": 24,   how far a plan sees, and how much of it is carried out
 *     "is_informed": true }       plans on the real prices and times: 216 and 168 hours, where these are not said
 * answer   JSON as the command of that name prints it with --format json, keys sorted, on one line.
 */
int v2x_ask(v2x_scenario *scenario, const char *question, const char *options, char **answer);

/*
 * Begins to answer a question and does not wait. A question that is wrong is a task too: its answer says so. NULL only where
 * scenario is NULL.
 */
v2x_task *v2x_task_start(v2x_scenario *scenario, const char *question, const char *options);

/* Waits for the answer, at most so many seconds. Returns 1 where it is there, else 0. */
int v2x_task_wait(v2x_task *task, double seconds);

/* The share that is done, 0 to 1. It rises in "value" and "simulate"; others go from 0 to 1 at once. */
double v2x_task_progress(v2x_task *task);

/*
 * Asks a task to end. It ends soon where it waits its turn, between two programs of a question that solves many, and between the
 * rounds of a decomposition. GLPK cannot be stopped within a program: a direct solve that runs ends when it is done or at its time limit
 * (solver.time_limit or "seconds"), and what it found is then dropped, or answered where it was the last step. A plan of one night takes
 * milliseconds. Cancelling twice, or what is done, does nothing.
 */
void v2x_task_cancel(v2x_task *task);

/* The answer; waits for it. Each call gives a text of its own. */
int v2x_task_answer(v2x_task *task, char **answer);

/* Cancels a task where it is not done, and gives it up without waiting. NULL does nothing. */
void v2x_task_release(v2x_task *task);

/* ---- Sweeps ---- */

/*
 * Reads and checks a sweep: a base scenario, and axes that change it (Year.md in the documentation of the module Scheduling).
 *
 * text     YAML or JSON; NULL where options name a path.
 * options  NULL or {
 *     "path": "sweep.yaml", "name": "...", "directory": "..."    as of a scenario
 *     "base": "...",              the base scenario's own text, in place of the sweep's key base
 *     "base_path": "night.yaml",  or its file
 *     "base_directory": "...",    where paths in base start from (the current folder)
 *     "threads": 2 }              runs at a time (as many as there are cores)
 * report   {"name", "question": "schedule", "currency", "count": 1000, "axes": ["soc_start"], "columns": ["run", ...],
 *           "usual_value": "objective", "one_at_a_time": [], "warnings": [findings]}
 *           usual_value is the column that the question is about; one_at_a_time are the axes that combine: each varies.
 *
 * Nothing is run before the first v2x_sweep_next.
 */
int v2x_sweep_open(const char *text, const char *options, v2x_sweep **sweep, char **report);

/*
 * The rows that came since the last call; waits at most so many seconds for one. A run without a schedule is a row with its status
 * and error. Rows come in the order in which runs end; "run" numbers them.
 *
 * rows     {"rows": [[0, 0.4, "optimal", null, ...]], "done": 12, "count": 1000, "is_finished": false}, one value a column.
 *
 * "rows" may be empty before the end. Once "is_finished" is true, further calls give no rows. Runs pause while 10,000 rows wait.
 */
int v2x_sweep_next(v2x_sweep *sweep, double seconds, char **rows);

/* Ends a sweep after the runs that are going on, without waiting, and gives it up. NULL does nothing. */
void v2x_sweep_close(v2x_sweep *sweep);

#ifdef __cplusplus
}
#endif
#endif
