/** seedrandom under the names that tfjs-core imports, which Node cannot see in its CommonJS. */
import seedrandom from "seedrandom";

export const alea = seedrandom.alea;
