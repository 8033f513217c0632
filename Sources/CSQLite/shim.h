#include <sqlite3.h>

// The macro is a cast that does not import: SQLite copies the text before the call returns.
static inline sqlite3_destructor_type cinecor_sqlite_transient(void) { return SQLITE_TRANSIENT; }
