/** Imported first: schemas made after this are interpreted. To compile them, zod would make code of text, which the page's policy forbids. */
import { config } from "zod";

config({ jitless: true });
