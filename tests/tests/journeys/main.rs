//! What a user can do, from the Copilot button to a tracked request.
