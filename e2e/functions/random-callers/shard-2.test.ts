import { testRandomCallers } from '../../support/random-callers/random-callers';

testRandomCallers(2, __filename);
