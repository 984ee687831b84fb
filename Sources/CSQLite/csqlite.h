// The system's SQLite, and what of it Swift cannot import: macros that are casts.
#ifndef CSQLITE_H
#define CSQLITE_H

#include <sqlite3.h>

// Binds a text that SQLite copies (SQLITE_TRANSIENT is a cast to a function).
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
    return sqlite3_bind_text(statement, index, text, length, SQLITE_TRANSIENT);
}

#endif
