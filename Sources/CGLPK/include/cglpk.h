// The whole of GLPK that this project uses, as functions that never abort the process.
//
// GLPK aborts on misuse and failed assertions; its only way out is an error hook that jumps. The jump must not cross
// Swift frames, so setjmp, the GLPK calls and the clean-up live inside each function here, and Swift sees arrays, a
// status and a message.
//
// Threads: GLPK's environment is thread-local (Debian's 5.0-1: a PT_TLS segment in libglpk.so). A problem made on one
// thread and touched on another aborts the process, so each problem remembers its thread and a call from elsewhere
// returns CGLPK_WRONG_THREAD. After an error the thread's environment is freed, and with it every problem of that
// thread: later calls on those return CGLPK_STALE.
#ifndef CGLPK_H
#define CGLPK_H

typedef struct cglpk_problem cglpk_problem;

enum {
    CGLPK_OK = 0,
    CGLPK_INFEASIBLE = 1,
    CGLPK_UNBOUNDED = 2,
    // A limit was reached; a feasible point may be there (see has_point).
    CGLPK_LIMIT = 3,
    // The method failed numerically or could not start; another one may work.
    CGLPK_NO_CONVERGENCE = 4,
    // GLPK aborted; cglpk_message says why. Every problem of this thread is gone.
    CGLPK_ABORTED = -1,
    CGLPK_WRONG_THREAD = -2,
    CGLPK_STALE = -3,
    CGLPK_NO_MEMORY = -4
};

enum { CGLPK_PRIMAL = 0, CGLPK_DUAL = 1 };

typedef struct {
    int algorithm;         // CGLPK_PRIMAL or CGLPK_DUAL (dual, then primal where it cannot go on)
    int steepest_edge;     // projected steepest edge instead of textbook pricing
    int long_step;         // ratio test: 0 Harris, 1 flip of bounded variables (dual only)
    int presolve;          // 1: GLPK's presolver first (the present basis is not used)
    int iteration_limit;   // < 0: none
    int time_limit_ms;     // < 0: none
    int verbose;           // 1: GLPK's log goes to standard error
} cglpk_simplex_options;

typedef struct {
    double relative_gap;
    int time_limit_ms;     // < 0: none
    int node_limit;        // < 0: none
    int cuts;              // 1: preprocessor; mixed-integer rounding, Gomory, cover and clique cuts
    int verbose;
} cglpk_integer_options;

typedef struct {
    double objective;      // of the point, where has_point
    double bound;          // proven: no integer point is better
    int has_point;
    int iterations;        // simplex iterations of this problem so far
} cglpk_report;

// GLPK's version, "5.0".
const char *cglpk_version(void);

// What GLPK said when it last aborted on this thread.
const char *cglpk_message(void);

// Loads a minimisation problem; matrix as entry_count triplets, all indices from 0; infinite bounds are +-HUGE_VAL;
// is_integer may be NULL. The reason it is one call: a loop of small calls would each need its own setjmp.
int cglpk_load(int row_count, int column_count, const double *row_lower, const double *row_upper,
               const double *column_lower, const double *column_upper, const double *objective, double constant,
               const unsigned char *is_integer, long entry_count, const int *entry_row, const int *entry_column,
               const double *entry_value, cglpk_problem **problem);

// Releases a problem. On another thread than the problem's own it does nothing but return CGLPK_WRONG_THREAD (the
// memory stays with that thread's environment until cglpk_end_thread).
int cglpk_free(cglpk_problem *problem);

// Frees this thread's environment: call before a thread that used GLPK ends, or it leaks about 5 kB.
void cglpk_end_thread(void);

// Replaces the objective (column_count coefficients); the basis stays, so that the next solve starts from it.
int cglpk_set_objective(cglpk_problem *problem, const double *objective, double constant);

// Replaces the bounds of some columns or rows; the basis stays.
int cglpk_set_column_bounds(cglpk_problem *problem, int count, const int *columns, const double *lower,
                            const double *upper);
int cglpk_set_row_bounds(cglpk_problem *problem, int count, const int *rows, const double *lower,
                         const double *upper);
// A row more, basic; the basis stays.
int cglpk_add_row(cglpk_problem *problem, double lower, double upper, int count, const int *columns,
                  const double *values);

// Removes `count` rows, the first of them row `first` (from 0 on); the basis must be set anew.
int cglpk_remove_rows(cglpk_problem *problem, int first, int count);

// Starting bases: all rows (0), a triangular crash (1), or Bixby's (2).
int cglpk_crash(cglpk_problem *problem, int kind);

// Statuses, a byte a row and column: 1 basic, 2 at lower, 3 at upper, 4 free, 5 fixed (GLPK's own numbers).
int cglpk_get_basis(cglpk_problem *problem, unsigned char *rows, unsigned char *columns);
int cglpk_set_basis(cglpk_problem *problem, const unsigned char *rows, const unsigned char *columns);

int cglpk_simplex(cglpk_problem *problem, const cglpk_simplex_options *options, cglpk_report *report);

// The simplex method in rational arithmetic, from the present basis: slow and never wrong. Options as above; only the limits
// and verbose count.
int cglpk_exact(cglpk_problem *problem, const cglpk_simplex_options *options, cglpk_report *report);

// Scales rows and columns: none (0), or geometric means, then equilibration, to powers of 2 (1).
int cglpk_scale(cglpk_problem *problem, int kind);

// Interior point: values and duals of rows and columns go straight to the arrays (no basis comes of it).
int cglpk_interior(cglpk_problem *problem, double *column_values, double *column_duals, double *row_values,
                   double *row_duals);

// Branch and bound; the relaxation must have been solved by cglpk_simplex just before.
int cglpk_integer(cglpk_problem *problem, const cglpk_integer_options *options, cglpk_report *report);

// The basic solution; any array may be NULL.
int cglpk_get_solution(cglpk_problem *problem, double *column_values, double *column_duals, double *row_values,
                       double *row_duals);
// A column of the simplex tableau: how the basic variables move per unit of a nonbasic one; 0 for those not basic, 1 for
// itself. A variable is a row (0 ... row_count-1) or a column (row_count + its index). The basis must stand factorised:
// right after cglpk_simplex.
int cglpk_get_direction(cglpk_problem *problem, int variable, double *column_moves, double *row_moves);
// A row of the simplex tableau: how a basic row moves per unit of each nonbasic variable; 0 for basic ones.
int cglpk_get_tableau_row(cglpk_problem *problem, int row, double *column_shares, double *row_shares);
// The integer solution.
int cglpk_get_integer_solution(cglpk_problem *problem, double *column_values);

#endif
