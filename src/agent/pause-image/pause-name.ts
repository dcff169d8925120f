/** The engine's name of the sandbox image; a new program gets a new tag, so that running pods keep theirs. */
export const pauseImage = "bramble/pause:1";
