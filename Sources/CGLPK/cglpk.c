#include "cglpk.h"

#include <glpk.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cglpk_problem {
    glp_prob *lp;
    pthread_t thread;
    unsigned generation;   // of the thread's environment when the problem was made
    double best_bound;     // of the branch and bound that is running
    int nodes_left;        // that it may still solve; < 0: any number
};

static _Thread_local unsigned environment_generation = 0;
static _Thread_local jmp_buf way_out;
static _Thread_local char message[512];

// GLPK prints the reason of an abort through its terminal hook just before it calls the error hook: the hook keeps the
// newest words. Verbose output goes to standard error.
static _Thread_local int is_verbose = 0;
static _Thread_local char newest_words[400];

static int keep_words(void *info, const char *text) {
    (void)info;
    size_t length = strlen(newest_words);
    size_t room = sizeof newest_words - 1 - length;
    size_t size = strlen(text);
    if (size > room) {
        newest_words[0] = 0;
        room = sizeof newest_words - 1;
    }
    strncat(newest_words, text, room);
    if (is_verbose) fputs(text, stderr);
    return 1;
}

static void jump_out(void *info) {
    (void)info;
    longjmp(way_out, 1);
}

static void begin(int verbose) {
    is_verbose = verbose;
    newest_words[0] = 0;
    glp_term_out(GLP_ON);
    glp_term_hook(keep_words, NULL);
    glp_error_hook(jump_out, NULL);
}

static int after_abort(void) {
    glp_error_hook(NULL, NULL);
    size_t length = strlen(newest_words);
    while (length > 0 && (newest_words[length - 1] == '\n' || newest_words[length - 1] == ' '))
        newest_words[--length] = 0;
    for (size_t i = 0; i < length; i++)
        if (newest_words[i] == '\n') newest_words[i] = ' ';
    snprintf(message, sizeof message, "GLPK: %s", length > 0 ? newest_words : "aborted without a message");
    glp_free_env();   // frees every problem of this thread
    environment_generation++;
    return CGLPK_ABORTED;
}

static int check(const cglpk_problem *problem) {
    if (!pthread_equal(problem->thread, pthread_self())) return CGLPK_WRONG_THREAD;
    if (problem->generation != environment_generation) return CGLPK_STALE;
    return CGLPK_OK;
}

#define ENTER(problem, verbose)                          \
    do {                                                 \
        int refused = check(problem);                    \
        if (refused) return refused;                     \
        begin(verbose);                                  \
        if (setjmp(way_out)) return after_abort();       \
    } while (0)

const char *cglpk_version(void) { return glp_version(); }
const char *cglpk_message(void) { return message; }

void cglpk_end_thread(void) {
    glp_free_env();
    environment_generation++;
}

static int bound_type(double lower, double upper) {
    if (isinf(lower)) return isinf(upper) ? GLP_FR : GLP_UP;
    if (isinf(upper)) return GLP_LO;
    return lower == upper ? GLP_FX : GLP_DB;
}

int cglpk_load(int row_count, int column_count, const double *row_lower, const double *row_upper,
               const double *column_lower, const double *column_upper, const double *objective, double constant,
               const unsigned char *is_integer, long entry_count, const int *entry_row, const int *entry_column,
               const double *entry_value, cglpk_problem **result) {
    // Allocated before setjmp, so that a jump cannot lose it.
    cglpk_problem *problem = calloc(1, sizeof *problem);
    int *rows = malloc((size_t)(entry_count + 1) * sizeof *rows);
    int *columns = malloc((size_t)(entry_count + 1) * sizeof *columns);
    if (!problem || !rows || !columns || entry_count > 500000000) {
        free(problem);
        free(rows);
        free(columns);
        return CGLPK_NO_MEMORY;
    }
    begin(0);
    if (setjmp(way_out)) {
        free(problem);
        free(rows);
        free(columns);
        return after_abort();
    }
    glp_prob *lp = glp_create_prob();
    glp_set_obj_dir(lp, GLP_MIN);
    if (row_count > 0) glp_add_rows(lp, row_count);
    if (column_count > 0) glp_add_cols(lp, column_count);
    for (int i = 0; i < row_count; i++)
        glp_set_row_bnds(lp, i + 1, bound_type(row_lower[i], row_upper[i]), row_lower[i], row_upper[i]);
    for (int j = 0; j < column_count; j++) {
        glp_set_col_bnds(lp, j + 1, bound_type(column_lower[j], column_upper[j]), column_lower[j], column_upper[j]);
        glp_set_obj_coef(lp, j + 1, objective[j]);
        if (is_integer && is_integer[j]) glp_set_col_kind(lp, j + 1, GLP_IV);
    }
    glp_set_obj_coef(lp, 0, constant);
    for (long i = 0; i < entry_count; i++) {
        rows[i + 1] = entry_row[i] + 1;
        columns[i + 1] = entry_column[i] + 1;
    }
    glp_load_matrix(lp, (int)entry_count, rows, columns, entry_value - 1);
    free(rows);
    free(columns);
    problem->lp = lp;
    problem->thread = pthread_self();
    problem->generation = environment_generation;
    *result = problem;
    return CGLPK_OK;
}

int cglpk_free(cglpk_problem *problem) {
    int refused = check(problem);
    if (refused == CGLPK_WRONG_THREAD) return refused;
    if (refused == CGLPK_OK) {
        begin(0);
        if (setjmp(way_out)) {
            free(problem);
            return after_abort();
        }
        glp_delete_prob(problem->lp);
    }
    free(problem);
    return CGLPK_OK;
}

int cglpk_set_objective(cglpk_problem *problem, const double *objective, double constant) {
    ENTER(problem, 0);
    int count = glp_get_num_cols(problem->lp);
    for (int j = 0; j < count; j++) glp_set_obj_coef(problem->lp, j + 1, objective[j]);
    glp_set_obj_coef(problem->lp, 0, constant);
    return CGLPK_OK;
}

int cglpk_set_column_bounds(cglpk_problem *problem, int count, const int *columns, const double *lower,
                            const double *upper) {
    ENTER(problem, 0);
    for (int i = 0; i < count; i++)
        glp_set_col_bnds(problem->lp, columns[i] + 1, bound_type(lower[i], upper[i]), lower[i], upper[i]);
    return CGLPK_OK;
}

int cglpk_set_row_bounds(cglpk_problem *problem, int count, const int *rows, const double *lower,
                         const double *upper) {
    ENTER(problem, 0);
    for (int i = 0; i < count; i++)
        glp_set_row_bnds(problem->lp, rows[i] + 1, bound_type(lower[i], upper[i]), lower[i], upper[i]);
    return CGLPK_OK;
}

// The arrays belong to the caller, who frees them also where GLPK jumps out of here.
static int add_row(cglpk_problem *problem, double lower, double upper, int count, const int *indices,
                   const double *coefficients) {
    ENTER(problem, 0);
    int row = glp_add_rows(problem->lp, 1);
    glp_set_row_bnds(problem->lp, row, bound_type(lower, upper), lower, upper);
    glp_set_mat_row(problem->lp, row, count, indices, coefficients);
    return CGLPK_OK;
}

int cglpk_add_row(cglpk_problem *problem, double lower, double upper, int count, const int *columns,
                  const double *values) {
    int *indices = malloc((size_t)(count + 1) * sizeof *indices);
    double *coefficients = malloc((size_t)(count + 1) * sizeof *coefficients);
    if (!indices || !coefficients) {
        free(indices);
        free(coefficients);
        return CGLPK_NO_MEMORY;
    }
    for (int i = 0; i < count; i++) {
        indices[i + 1] = columns[i] + 1;
        coefficients[i + 1] = values[i];
    }
    int code = add_row(problem, lower, upper, count, indices, coefficients);
    free(indices);
    free(coefficients);
    return code;
}

// The list belongs to the caller, who frees it also where GLPK jumps out of here.
static int delete_rows(cglpk_problem *problem, int count, const int *rows) {
    ENTER(problem, 0);
    glp_del_rows(problem->lp, count, rows);
    return CGLPK_OK;
}

int cglpk_remove_rows(cglpk_problem *problem, int first, int count) {
    int *rows = malloc((size_t)(count + 1) * sizeof *rows);
    if (!rows) return CGLPK_NO_MEMORY;
    for (int i = 1; i <= count; i++) rows[i] = first + i;
    int code = delete_rows(problem, count, rows);
    free(rows);
    return code;
}

int cglpk_crash(cglpk_problem *problem, int kind) {
    ENTER(problem, 0);
    if (kind == 1)
        glp_adv_basis(problem->lp, 0);
    else if (kind == 2)
        glp_cpx_basis(problem->lp);
    else
        glp_std_basis(problem->lp);
    return CGLPK_OK;
}

int cglpk_get_basis(cglpk_problem *problem, unsigned char *rows, unsigned char *columns) {
    ENTER(problem, 0);
    int row_count = glp_get_num_rows(problem->lp), column_count = glp_get_num_cols(problem->lp);
    for (int i = 0; i < row_count; i++) rows[i] = (unsigned char)glp_get_row_stat(problem->lp, i + 1);
    for (int j = 0; j < column_count; j++) columns[j] = (unsigned char)glp_get_col_stat(problem->lp, j + 1);
    return CGLPK_OK;
}

int cglpk_set_basis(cglpk_problem *problem, const unsigned char *rows, const unsigned char *columns) {
    ENTER(problem, 0);
    int row_count = glp_get_num_rows(problem->lp), column_count = glp_get_num_cols(problem->lp);
    for (int i = 0; i < row_count; i++) glp_set_row_stat(problem->lp, i + 1, rows[i]);
    for (int j = 0; j < column_count; j++) glp_set_col_stat(problem->lp, j + 1, columns[j]);
    return CGLPK_OK;
}

int cglpk_scale(cglpk_problem *problem, int kind) {
    ENTER(problem, 0);
    if (kind == 1)
        glp_scale_prob(problem->lp, GLP_SF_GM | GLP_SF_EQ | GLP_SF_2N);
    else
        glp_unscale_prob(problem->lp);
    return CGLPK_OK;
}

static void set_parameters(glp_smcp *parameters, const cglpk_simplex_options *options) {
    glp_init_smcp(parameters);
    parameters->msg_lev = options->verbose ? GLP_MSG_ON : GLP_MSG_ERR;
    parameters->meth = options->algorithm == CGLPK_DUAL ? GLP_DUALP : GLP_PRIMAL;
    parameters->pricing = options->steepest_edge ? GLP_PT_PSE : GLP_PT_STD;
    parameters->r_test = options->long_step && options->algorithm == CGLPK_DUAL ? GLP_RT_FLIP : GLP_RT_HAR;
    parameters->presolve = options->presolve ? GLP_ON : GLP_OFF;
    parameters->tol_bnd = 1e-9;
    parameters->tol_dj = 1e-9;
    if (options->iteration_limit >= 0) parameters->it_lim = options->iteration_limit;
    if (options->time_limit_ms >= 0) parameters->tm_lim = options->time_limit_ms;
}

// What came of a simplex run that returned `failure`.
static int simplex_ending(glp_prob *lp, int failure, cglpk_report *report) {
    report->iterations = glp_get_it_cnt(lp);
    if (failure == GLP_EBOUND) return CGLPK_INFEASIBLE;   // a lower bound above its upper one
    if (failure == GLP_ENOPFS) return CGLPK_INFEASIBLE;   // the presolver's proof
    if (failure == GLP_EITLIM || failure == GLP_ETMLIM) {
        report->has_point = glp_get_prim_stat(lp) == GLP_FEAS;
        report->objective = glp_get_obj_val(lp);
        report->bound = glp_get_dual_stat(lp) == GLP_FEAS ? glp_get_obj_val(lp) : -HUGE_VAL;
        return CGLPK_LIMIT;
    }
    if (failure) {
        snprintf(message, sizeof message, "GLPK: simplex code %d: %s", failure, newest_words);
        return CGLPK_NO_CONVERGENCE;
    }
    switch (glp_get_status(lp)) {
    case GLP_OPT:
        report->has_point = 1;
        report->objective = report->bound = glp_get_obj_val(lp);
        return CGLPK_OK;
    case GLP_NOFEAS: return CGLPK_INFEASIBLE;
    case GLP_UNBND: return CGLPK_UNBOUNDED;
    default:
        if (glp_get_prim_stat(lp) == GLP_NOFEAS) return CGLPK_INFEASIBLE;
        snprintf(message, sizeof message, "GLPK: simplex ended undecided");
        return CGLPK_NO_CONVERGENCE;
    }
}

int cglpk_simplex(cglpk_problem *problem, const cglpk_simplex_options *options, cglpk_report *report) {
    ENTER(problem, options->verbose);
    memset(report, 0, sizeof *report);
    glp_prob *lp = problem->lp;
    glp_smcp parameters;
    set_parameters(&parameters, options);
    int failure = glp_simplex(lp, &parameters);
    if (failure == GLP_EBADB || failure == GLP_ESING || failure == GLP_ECOND) {
        glp_adv_basis(lp, 0);
        failure = glp_simplex(lp, &parameters);
    }
    return simplex_ending(lp, failure, report);
}

int cglpk_exact(cglpk_problem *problem, const cglpk_simplex_options *options, cglpk_report *report) {
    ENTER(problem, options->verbose);
    memset(report, 0, sizeof *report);
    glp_smcp parameters;
    set_parameters(&parameters, options);
    return simplex_ending(problem->lp, glp_exact(problem->lp, &parameters), report);
}

int cglpk_interior(cglpk_problem *problem, double *column_values, double *column_duals, double *row_values,
                   double *row_duals) {
    ENTER(problem, 0);
    glp_prob *lp = problem->lp;
    glp_iptcp parameters;
    glp_init_iptcp(&parameters);
    parameters.msg_lev = GLP_MSG_OFF;
    if (glp_interior(lp, &parameters) || glp_ipt_status(lp) != GLP_OPT) return CGLPK_NO_CONVERGENCE;
    int row_count = glp_get_num_rows(lp), column_count = glp_get_num_cols(lp);
    for (int j = 0; j < column_count; j++) {
        column_values[j] = glp_ipt_col_prim(lp, j + 1);
        column_duals[j] = glp_ipt_col_dual(lp, j + 1);
    }
    for (int i = 0; i < row_count; i++) {
        row_values[i] = glp_ipt_row_prim(lp, i + 1);
        row_duals[i] = glp_ipt_row_dual(lp, i + 1);
    }
    return CGLPK_OK;
}

static void keep_bound(glp_tree *tree, void *info) {
    cglpk_problem *problem = info;
    int best = glp_ios_best_node(tree);
    if (best) problem->best_bound = glp_ios_node_bound(tree, best);
    if (glp_ios_reason(tree) != GLP_ISELECT || problem->nodes_left < 0) return;
    if (problem->nodes_left-- == 0) glp_ios_terminate(tree);
}

int cglpk_integer(cglpk_problem *problem, const cglpk_integer_options *options, cglpk_report *report) {
    ENTER(problem, options->verbose);
    memset(report, 0, sizeof *report);
    glp_prob *lp = problem->lp;
    problem->best_bound = glp_get_obj_val(lp);
    problem->nodes_left = options->node_limit;
    glp_iocp parameters;
    glp_init_iocp(&parameters);
    parameters.msg_lev = options->verbose ? GLP_MSG_ON : GLP_MSG_ERR;
    parameters.mip_gap = options->relative_gap;
    parameters.tol_int = 1e-7;
    parameters.tol_obj = 1e-9;
    parameters.br_tech = GLP_BR_DTH;
    parameters.bt_tech = GLP_BT_BLB;
    parameters.cb_func = keep_bound;
    parameters.cb_info = problem;
    if (options->cuts) {
        // Without its preprocessor GLPK's cuts do not close the gap of an export premium (60 s instead of 1).
        parameters.presolve = GLP_ON;
        parameters.mir_cuts = GLP_ON;
        parameters.gmi_cuts = GLP_ON;
        parameters.cov_cuts = GLP_ON;
        parameters.clq_cuts = GLP_ON;
    }
    if (options->time_limit_ms >= 0) parameters.tm_lim = options->time_limit_ms;
    int failure = glp_intopt(lp, &parameters);
    report->iterations = glp_get_it_cnt(lp);
    int status = glp_mip_status(lp);
    report->has_point = status == GLP_OPT || status == GLP_FEAS;
    report->objective = glp_mip_obj_val(lp);
    report->bound = problem->best_bound;
    if (status == GLP_OPT && !failure) {
        report->bound = report->objective;
        return CGLPK_OK;
    }
    if (failure == GLP_EMIPGAP) return CGLPK_OK;   // the asked gap was reached: a success
    if (failure == GLP_ETMLIM || failure == GLP_ESTOP) return CGLPK_LIMIT;
    if (status == GLP_NOFEAS) return CGLPK_INFEASIBLE;
    snprintf(message, sizeof message, "GLPK: branch and bound code %d: %s", failure, newest_words);
    return CGLPK_NO_CONVERGENCE;
}

int cglpk_get_solution(cglpk_problem *problem, double *column_values, double *column_duals, double *row_values,
                       double *row_duals) {
    ENTER(problem, 0);
    glp_prob *lp = problem->lp;
    int row_count = glp_get_num_rows(lp), column_count = glp_get_num_cols(lp);
    for (int j = 0; j < column_count; j++) {
        if (column_values) column_values[j] = glp_get_col_prim(lp, j + 1);
        if (column_duals) column_duals[j] = glp_get_col_dual(lp, j + 1);
    }
    for (int i = 0; i < row_count; i++) {
        if (row_values) row_values[i] = glp_get_row_prim(lp, i + 1);
        if (row_duals) row_duals[i] = glp_get_row_dual(lp, i + 1);
    }
    return CGLPK_OK;
}

// A row or column of the tableau, spread into arrays by row and column.
static int get_tableau(cglpk_problem *problem, int is_row, int variable, double *column_values, double *row_values) {
    int refused = check(problem);
    if (refused) return refused;
    glp_prob *lp = problem->lp;
    int row_count = glp_get_num_rows(lp), column_count = glp_get_num_cols(lp);
    // Allocated before setjmp, so that a jump cannot lose it.
    int size = row_count + column_count + 1;
    int *indices = malloc((size_t)size * sizeof *indices);
    double *values = malloc((size_t)size * sizeof *values);
    if (!indices || !values) {
        free(indices);
        free(values);
        return CGLPK_NO_MEMORY;
    }
    begin(0);
    if (setjmp(way_out)) {
        free(indices);
        free(values);
        return after_abort();
    }
    memset(column_values, 0, (size_t)column_count * sizeof *column_values);
    memset(row_values, 0, (size_t)row_count * sizeof *row_values);
    int count = is_row ? glp_eval_tab_row(lp, variable + 1, indices, values)
                       : glp_eval_tab_col(lp, variable + 1, indices, values);
    for (int i = 1; i <= count; i++) {
        if (indices[i] <= row_count)
            row_values[indices[i] - 1] = values[i];
        else
            column_values[indices[i] - row_count - 1] = values[i];
    }
    if (!is_row) {
        if (variable < row_count)
            row_values[variable] = 1;
        else
            column_values[variable - row_count] = 1;
    }
    free(indices);
    free(values);
    return CGLPK_OK;
}

int cglpk_get_direction(cglpk_problem *problem, int variable, double *column_moves, double *row_moves) {
    return get_tableau(problem, 0, variable, column_moves, row_moves);
}

int cglpk_get_tableau_row(cglpk_problem *problem, int row, double *column_shares, double *row_shares) {
    return get_tableau(problem, 1, row, column_shares, row_shares);
}

int cglpk_get_integer_solution(cglpk_problem *problem, double *column_values) {
    ENTER(problem, 0);
    int column_count = glp_get_num_cols(problem->lp);
    for (int j = 0; j < column_count; j++) column_values[j] = glp_mip_col_val(problem->lp, j + 1);
    return CGLPK_OK;
}
