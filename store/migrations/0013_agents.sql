-- Lists of agents reach over every account: these give any page of them, with or without a status, without sorting.
CREATE INDEX requests_of_all_by_update ON requests (updated_at, id);
CREATE INDEX requests_of_all_by_creation ON requests (created_at, id);
CREATE INDEX requests_of_all_by_status_and_update ON requests (status, updated_at, id);
