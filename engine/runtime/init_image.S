/* The init's bytes inside the daemon's binary (init_file.cpp). */
        .section .rodata
        .balign 16
        .global glassdock_init_begin
        .global glassdock_init_end
glassdock_init_begin:
        .incbin INIT_FILE
glassdock_init_end:
        .section .note.GNU-stack,"",%progbits
